"""Facts against facts: contract, order, delivery, invoice and receipt of one applicant put beside each other.

Pure functions: lines in, links out, in an order that no upload order can change. The cost is linear in the lines, for
lines meet only within one party, and every search within a party is bounded.
"""
