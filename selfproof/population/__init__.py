"""An invented population of small businesses with a known truth, to try the engine on; nothing of it is real.

`population(count, seed)` yields applicants with their facts as the reader would give them, and what is true of them.
An applicant depends on seed and number alone: the same two numbers give the same facts, however many are drawn. All
figures of the world stand in ``tables/population.yaml``, most of them assumptions.

>>> from selfproof.population import population
>>> first, second = population(2, seed=1)
>>> first.application.id, first.truth.turnover > 0, len(first.facts) > 0
('S1-000000', True, True)
"""

from selfproof.population.applicants import Simulated as Simulated
from selfproof.population.applicants import Truth as Truth
from selfproof.population.applicants import one as one
from selfproof.population.applicants import population as population
