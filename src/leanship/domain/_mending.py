"""Good sets without proof: what a set lacks is mended, what still fits is added, and swaps are made that gain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from leanship.domain.binary import Chosen, Programme, Whole


def mend(programme: Programme, chosen: Chosen) -> Chosen | None:
    """A set near `chosen` that keeps what is settled, or None: what is in the way goes out, what still fits comes in.

    Greedy, by worth for the prices of the hours; then single swaps that gain.
    """
    bits = np.clip(chosen.astype(np.int64), programme.lower, programme.upper)
    rows, limits, values = programme.rows, programme.limits, programme.values
    prices = programme.prices
    gains = values if prices is None else prices.gains
    free = programme.lower < programme.upper
    room = limits - rows @ bits
    for index in np.argsort(gains, kind="stable"):
        if (room >= 0).all():
            break
        if bits[index] and free[index] and (rows[room < 0, index] > 0).any():
            bits[index] = 0
            room = room + rows[:, index]
    if (room < 0).any():
        return None
    bits, room = _fill(programme, bits, room, gains)
    for _ in range(20):
        ins, outs = np.flatnonzero(free & (bits == 0)), np.flatnonzero(free & (bits == 1))
        better = values[ins][:, None] - values[outs][None]
        tight = (rows[:, ins][:, :, None] - rows[:, outs][:, None, :] <= room[:, None, None]).all(axis=0)
        better = np.where(tight, better, 0)
        if better.size == 0 or better.max() <= 0:
            break
        place = np.unravel_index(int(better.argmax()), better.shape)
        enters, leaves = ins[place[0]], outs[place[1]]
        bits[enters], bits[leaves] = 1, 0
        bits, room = _fill(programme, bits, limits - rows @ bits, gains)
    return bits.astype(np.bool_)


def _fill(programme: Programme, bits: Whole, room: Whole, gains: Whole) -> tuple[Whole, Whole]:
    """`bits` with every candidate of some value added that still fits, those of most gain first."""
    for index in np.argsort(-gains, kind="stable"):
        fits = not bits[index] and programme.upper[index] and programme.values[index] > 0
        if fits and (programme.rows[:, index] <= room).all():
            bits[index] = 1
            room = room - programme.rows[:, index]
    return bits, room
