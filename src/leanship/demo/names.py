"""Names for the people of the demo company, from the languages one hears in a warehouse by the sea."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator

FIRST = """
    Aino Amara Amir Anneke Astrid Ayşe Bao Beatriz Bogdan Camille Chidi Chiara Dagny Dalia Darko Eilidh
    Emeka Enzo Eszter Fatou Femke Goran Grzegorz Hana Hanh Hassan Helga Hiro Ilse Ines Ioana Isak Jamal
    Jana Jorge Jun Kaito Katarzyna Kofi Lars Latifa Leila Liam Linh Ludvig Maeve Magnus Malin Marek
    Mariam Matteo Mehmet Mila Minh Miriam Nadia Naoko Ngozi Niko Noor Olek Omar Oona Paulo Petra Pilar
    Priya Rafael Rasmus Ravi Rosa Rui Samir Sanna Selin Sigrid Sipho Soledad Stefan Suda Sunil Tadeusz
    Tariq Thandi Tiago Tomasz Torben Tuva Ulla Vera Viktor Wanjiru Wei Xiomara Yara Yusuf Zahra Zofia
    Zoltan
"""
LAST = """
    Abebe Achterberg Adeyemi Ahmadi Almeida Andersen Asante Aydın Bakker Banerjee Barbieri Bergström
    Bianchi Boateng Borges Brandt Castro Chaudhry Chen Costa Dąbrowski Delgado Demir Diallo Dijkstra
    Dimitrov Dubois Eriksen Espinoza Farkas Fernandes Fischer Fofanah Gallagher Ghosh Gruber Gunnarsson
    Haugen Hoang Horvat Hussain Ibrahim Ivanova Jansen Jovanović Kamau Kask Kelly Khan Kimura Koskinen
    Kovács Kowalska Kuznetsova Lefèvre Lindgren Liu Lombardi Lund Makoni Marković Mbeki Mendoza Moreau
    Moyo Mukherjee Murphy Nakamura Ndiaye Nguyen Nielsen Nkosi Nowak Nyström Obi Osei Öztürk Papadakis
    Pavlova Peeters Pham Popescu Quispe Rahman Rao Reyes Rossi Saarinen Sanogo Santos Schneider Silva
    Sørensen Stavros Sousa Suzuki Tamm Tanaka Tesfaye Toth Tran Vasquez Vermeulen Virtanen Wagner Walsh
    Wójcik Yamamoto Yıldız Zhang Zimmermann
"""
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "ı": "i", "æ": "ae"})


def names(rng: random.Random, taken: frozenset[str]) -> Iterator[str]:
    """Full names without end, none twice and none of `taken`; after all pairs a second last name is added."""
    pairs = [f"{first} {last}" for first in FIRST.split() for last in LAST.split()]
    rng.shuffle(pairs)
    yield from (name for name in pairs if name not in taken)
    for name in pairs:
        first, last = name.split(" ")
        for other in LAST.split():
            if other != last:
                yield f"{first} {last} {other}"


def address(name: str) -> str:
    """The e-mail address of a name, under a domain that can never exist: Ayşe Öztürk is ayse.ozturk@…"""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return ".".join(plain.encode("ascii", "ignore").decode().split()) + "@leanship.example"
