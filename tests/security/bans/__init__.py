"""What the code of LLMKit never does: rules over its syntax, what the interpreter sees while it runs, and the files it writes."""
