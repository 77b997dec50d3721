"""Who may give orders: marks on parts, and a policy for tools, held against a model that obeys every injection."""
