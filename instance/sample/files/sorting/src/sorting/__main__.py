"""Counts the comparisons for random lists of a given length."""

import random
import sys

from sorting.algorithms import insertion_sort, merge_sort

length = int(sys.argv[1]) if len(sys.argv) > 1 else 100
values = [random.random() for _ in range(length)]
for algorithm in (insertion_sort, merge_sort):
    print(algorithm.__name__, algorithm(values)[1])
