"""Re-scoring: stored applications under another policy, and what is told of who changes; no names anywhere."""
