"""The graph of parties, documents and payments of one application, and what it shows.

networkx and no rustworkx: it is installed already (torch needs it), it bounds the length of the circles that it seeks,
and one applicant's papers make hundreds of edges, where a compiled graph saves nothing that could be felt.
"""
