"""One module per carrier: each turns a safe original into a Document by `read(original)`."""
