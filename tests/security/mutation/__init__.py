"""Break the code that guards keys, addresses, money and private words, a little and often, and see whether the tests notice."""
