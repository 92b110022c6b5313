"""One file per step of the ledger's schema; never edited once released."""
