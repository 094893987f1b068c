"""Re-scoring in bulk: a columnar snapshot of what a decision rests on, and a policy compiled to Polars expressions."""
