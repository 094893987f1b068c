"""What is said to an owner: what is needed next and why, and what moved the limit. Decides nothing."""
