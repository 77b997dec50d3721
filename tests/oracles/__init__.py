"""What our dialects send, judged by the vendors' own types. `LLMKIT_ORACLE_EXAMPLES=500 pytest tests/oracles` looks longer."""
