"""Fit the estimators of tokens to recorded traffic and to real tokenizers."""
