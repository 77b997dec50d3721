"""Operations beside conversations against recorded traffic: `python -m tests.recordings [--check] [--write] [--family NAME]`."""
