from sorting.algorithms import insertion_sort, merge_sort


def test_they_agree():
    values = [3, 1, 2, 3, 0]
    assert insertion_sort(values)[0] == merge_sort(values)[0] == sorted(values)
