"""Lists of dated amounts read: statements of accounts and wallets, and settlements of platforms and acquirers.

Pages and sheets become rows (`pages`, `tall`), rows get columns (`headings`, `infer`) and become entries (`entries`)
or settled lines (`settlement`); `statement` and `sums` add them up, `payments` tells what each one moved.
"""
