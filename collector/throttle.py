"""Failed logins slow down: counters in the database, so that they survive restarts and hold for all workers.

Keys are blinded.  An attempt is counted before it is judged, so that parallel guesses cannot outrun the lock.
"""
from __future__ import annotations

import ipaddress
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from collector.ledger import Reading, Writing, utc_text
from collector.passwords import Policy
from collector.schema import failures


def locked(tx: Writing, policy: Policy, kind: str, login: str, address: str) -> bool:
    """Counts one attempt and says whether it must be refused unseen."""
    account = _counted(tx, policy, _key(tx, kind, login))
    subnet = _counted(tx, policy, _key(tx, "net", _subnet(address)))
    # A whole town may sit behind one address: its failures bar only accounts that fail themselves.
    return account > policy.failures or (subnet > policy.subnet_failures and account > 1)


def forgiven(tx: Writing, login: str, *kinds: str) -> None:
    """Forgets the account's failures; those of the subnet run out by themselves."""
    tx.connection.execute(delete(failures).where(failures.c.key.in_([_key(tx, k, login) for k in kinds])))


def _counted(tx: Writing, policy: Policy, key: str) -> int:
    query = select(failures.c.tries, failures.c.last_at).where(failures.c.key == key)
    row = tx.connection.execute(query).first()
    now = utc_text(tx.now)
    if row is None:
        tx.connection.execute(insert(failures).values(key=key, tries=1, last_at=now))
        return 1
    over = tx.now - datetime.fromisoformat(row.last_at) >= policy.locked_for
    tries = 1 if over else row.tries + 1
    # Attempts while locked do not prolong the lock: else anyone could keep a unit out for ever.
    last = row.last_at if not over and row.tries > policy.failures else now
    tx.connection.execute(update(failures).where(failures.c.key == key).values(tries=tries, last_at=last))
    return int(tries)


def _key(tx: Reading, kind: str, value: str) -> str:
    return tx.sealer.blind("failures", kind, value.casefold())


def _subnet(address: str) -> str:
    """The /24 or /64 of an address; the text itself when it is none."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 64), strict=False))
