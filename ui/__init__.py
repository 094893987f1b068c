"""The pages; they show what the pipeline stored and hold no arithmetic."""
