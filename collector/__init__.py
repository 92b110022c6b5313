"""COLLECT: takes units' files in, safely, and remembers what happened (gate, store, ledger, accounts)."""
