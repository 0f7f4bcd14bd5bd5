"""RSA keys out of a seed, which no library makes: primes by trial division and Miller-Rabin.

For invented issuers only: nothing here is guarded against an observer of the machine.
"""

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import rsa

from devices.simulated.chip.randomness import Randomness, number_below, seeded

EXPONENT = 65537
_ROUNDS = 24
_SIEVE = 2_000


def _small_primes() -> tuple[int, ...]:
    return tuple(n for n in range(3, _SIEVE, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2)))


_SMALL = _small_primes()


@lru_cache(maxsize=32)
def rsa_key(bits: int, seed: str) -> rsa.RSAPrivateKey:
    """The key of this size and seed; the same ones every time."""
    randomness = seeded("rsa", bits, seed)
    while True:
        p, q = _prime(bits // 2, randomness), _prime(bits - bits // 2, randomness)
        phi = (p - 1) * (q - 1)
        if p == q or phi % EXPONENT == 0 or (p * q).bit_length() != bits:
            continue
        d = pow(EXPONENT, -1, phi)
        public = rsa.RSAPublicNumbers(EXPONENT, p * q)
        crt = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
        return rsa.RSAPrivateNumbers(p, q, d, *crt, public).private_key()


def _prime(bits: int, randomness: Randomness) -> int:
    while True:
        start = int.from_bytes(randomness((bits + 7) // 8), "big") >> (-bits % 8)
        candidate = start | (3 << (bits - 2)) | 1
        if all(candidate % small for small in _SMALL) and _probably_prime(candidate, randomness):
            return candidate


def _probably_prime(number: int, randomness: Randomness) -> bool:
    """Miller-Rabin; a composite number slips through once in 4**24 tries (FIPS 186-5, B.3.1)."""
    twos = ((number - 1) & -(number - 1)).bit_length() - 1
    odd = (number - 1) >> twos
    for _ in range(_ROUNDS):
        power = pow(number_below(number - 1, randomness), odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True
