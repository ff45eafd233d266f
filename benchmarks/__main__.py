"""Every benchmark, one after the other: `make bench`."""

from benchmarks import attention, dataloader, engine, layers, profiling, text, training

if __name__ == "__main__":
    for benchmark in (engine, layers, attention, text, training, dataloader, profiling):
        benchmark.main()
