"""What the security policy says, proven: each claim with its tests and a figure that anybody can measure again."""
