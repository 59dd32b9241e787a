"""
What the app costs, one file per budget, beside a plain page that shows the same.

`python -m benchmarks` runs all of them, `python -m benchmarks first_page analysis` runs two.
"""
