"""Bytes of XML looked at eight at a time, at many places at once.

A word holds the eight bytes from a place on, the first in its lowest bits.
"""

from __future__ import annotations

import numpy as np

Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
Words = np.ndarray[tuple[int], np.dtype[np.uint64]]
Positions = np.ndarray[tuple[int], np.dtype[np.int64]]
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]

WIDTH = 8  # bytes of a word


def _every(byte: int) -> np.uint64:
    """A word of equal bytes."""
    return np.uint64(int.from_bytes(bytes([byte]) * WIDTH, "little"))


_LOW, _HIGH = _every(0x01), _every(0x80)
_ZEROS, _SIXES, _NIBBLES, _THREES = _every(0x30), _every(0x06), _every(0xF0), _every(0x33)


def words_of(text: bytes) -> Words:
    """Return the word at every byte of a text but the last seven; nothing is copied."""
    count = max(len(text) - WIDTH + 1, 0)
    words: Words = np.ndarray(count, "<u8", text, 0, (1,))
    return words


def starts(words: Words, sign: bytes) -> Mask:
    """Return (n) whether the bytes of a word begin with a sign of at most eight bytes."""
    kept = np.uint64((1 << 8 * len(sign)) - 1)
    return np.asarray((words & kept) == np.uint64(int.from_bytes(sign, "little")))


def until(words: Words, byte: bytes) -> Positions:
    """Return (n) how many bytes stand before the first one of a kind; 8 where there is none.

    The first byte of zero in a word is the lowest that borrows when one is taken from every byte
    (H. S. Warren, Hacker's Delight, 6-1).
    """
    apart = words ^ _every(byte[0])
    signs = (apart - _LOW) & ~apart & _HIGH
    lowest = signs & (~signs + np.uint64(1))
    found = np.full(len(words), WIDTH, dtype=np.int64)
    for place in range(WIDTH):
        found[lowest == np.uint64(0x80 << 8 * place)] = place
    return found


def number(words: Words, length: Positions) -> tuple[Positions, Mask]:
    """Return (n) the numbers that words begin with, and whether these are digits alone.

    Digits are added up by pairs, then pairs by pairs: three multiplications for eight of them
    (D. Lemire, "Quickly parsing eight digits", 2018).

    Args:
        words: text that begins with the number.
        length: its digits, 1 to 8; others are told as no number.
    """
    fits = (length > 0) & (length <= WIDTH)
    shift = (8 * (WIDTH - np.where(fits, length, WIDTH))).astype(np.uint64)
    # zeros in front make all numbers eight digits long
    lead = (_ZEROS >> np.uint64(1)) >> (np.uint64(63) - shift)
    digits = (words << shift) | lead
    plain = ((digits & _NIBBLES) | (((digits + _SIXES) & _NIBBLES) >> np.uint64(4))) == _THREES
    pairs = ((digits & _every(0x0F)) * np.uint64(2561)) >> np.uint64(8)
    fours = ((pairs & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601)) >> np.uint64(16)
    eights = ((fours & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001)) >> np.uint64(32)
    return eights.astype(np.int64), np.asarray(plain & fits)


def byte(words: Words, place: int) -> Positions:
    """Return (n) the byte at a place of each word, counted from 0."""
    return ((words >> np.uint64(8 * place)) & np.uint64(0xFF)).astype(np.int64)
