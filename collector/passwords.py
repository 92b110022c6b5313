"""Passwords: what a good one is (GB/T 22239-2019, DB01 and DB02), and Argon2id with bounded memory."""
from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

_ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"      # nothing that is read as something else
_WEAK: Final = frozenset([
    "password", "passwd", "passw", "pass", "admin", "administrator", "root", "user", "guest", "test",
    "welcome", "letmein", "iloveyou", "qwerty", "qwertyuiop", "qwer", "asdf", "asdfgh", "zxcvbn", "qaz",
    "qazwsx", "abc", "abcd", "abcdef", "woaini", "woshi", "nihao", "zhongguo", "china", "huizong",
    "changeme", "default", "secret", "master", "monkey", "dragon", "sunshine"])


@dataclass(frozen=True)
class Policy:
    """Lengths in characters; `reserved` are further words no password may rest on (the bureau's name …)."""

    shortest: int = 10
    longest: int = 128
    classes: int = 3
    remembered: int = 5
    valid_for: timedelta = timedelta(days=90)
    code_valid_for: timedelta = timedelta(hours=24)
    failures: int = 5
    locked_for: timedelta = timedelta(minutes=30)
    subnet_failures: int = 200
    idle: timedelta = timedelta(minutes=15)
    officer_idle: timedelta = timedelta(minutes=10)
    absolute: timedelta = timedelta(hours=12)
    reserved: frozenset[str] = frozenset()


def complaint(password: str, login: str, policy: Policy) -> str | None:
    """What is wrong with a new password, as a sentence with the remedy, or None."""
    text = unicodedata.normalize("NFKC", password)
    if not policy.shortest <= len(text) <= policy.longest:
        return f"密码长度应为 {policy.shortest}–{policy.longest} 个字符，现为 {len(text)} 个。请重新设置。"
    found = sum(bool(re.search(p, text)) for p in (r"[A-Z]", r"[a-z]", r"\d", r"[^A-Za-z\d]"))
    if found < policy.classes:
        return f"密码须含大写字母、小写字母、数字、符号中的至少 {policy.classes} 种。请加入数字和符号。"
    low = text.casefold()
    if len(login) >= 3 and login.casefold() in low:
        return "密码不能包含用户名。请换一个密码。"
    core = re.sub(r"[^a-z]+$", "", low)
    stem = re.sub(r"[^a-z]", "", core.replace("0", "o").replace("@", "a").replace("1", "l").replace("$", "s"))
    plain = re.sub(r"[^a-z]", "", low)
    if {stem, plain} & (_WEAK | policy.reserved) or len(set(low)) < 5 or re.search(r"(.)\1{3}", low):
        return "密码过于常见，容易被猜到。请换一个密码，例如几个不相关的词加数字和符号。"
    return None


def one_time_code() -> str:
    """`XXXX-XXXX-XXXX`, about 59 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


class Hasher:
    """Argon2id, 19 MiB, t=2, p=1 (OWASP); at most `at_once` at a time: a flood costs time, not memory."""

    def __init__(self, at_once: int = 4) -> None:
        self._argon2 = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
        self._places = threading.BoundedSemaphore(at_once)
        self._nobody = self.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        with self._places:
            return self._argon2.hash(unicodedata.normalize("NFKC", password))

    def right(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; takes as long when there is none stored (unknown user)."""
        with self._places:
            try:
                self._argon2.verify(stored or self._nobody, unicodedata.normalize("NFKC", password[:256]))
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None
