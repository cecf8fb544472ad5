"""Insertion sort and merge sort; each returns the sorted list and the number of comparisons."""


def insertion_sort(values):
    result, comparisons = [], 0
    for value in values:
        position = len(result)
        while position:
            comparisons += 1
            if result[position - 1] <= value:
                break
            position -= 1
        result.insert(position, value)
    return result, comparisons


def merge_sort(values):
    if len(values) < 2:
        return list(values), 0
    middle = len(values) // 2
    left, first = merge_sort(values[:middle])
    right, second = merge_sort(values[middle:])
    merged, comparisons = [], first + second
    while left and right:
        comparisons += 1
        merged.append(left.pop(0) if left[0] <= right[0] else right.pop(0))
    return merged + left + right, comparisons
