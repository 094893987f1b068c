"""What the engine does to a population whose truth is known.

Beside it stand lending on third-party data alone and believing everything. The world is synthetic
(``tables/population.yaml``): the figures show how the method behaves, not what a lender will earn.
"""
