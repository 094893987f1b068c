"""The other side, played here: a service with an invented, seeded world that is slow, fails or lies on request.

It speaks ``selfproof/sources/openapi.json``, the document that the connectors speak, so that the whole road runs
without a vendor. Nothing in it is real, and nothing of it is used by anything else.
"""
