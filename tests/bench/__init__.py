"""The benchmarks: `make bench`, or `.venv/bin/python -m tests.bench --help`. Each figure stands beside its floor: what
the same machine does at the same time, with the same server and database, where only the unavoidable is done."""
