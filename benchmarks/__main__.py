"""Every benchmark, one after the other: `make bench`."""

from benchmarks import dataloader, engine, layers, profiling, training

if __name__ == "__main__":
    for benchmark in (engine, layers, training, dataloader, profiling):
        benchmark.main()
