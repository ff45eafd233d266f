"""Every benchmark, one after the other: `make bench`."""

from benchmarks import convolutions, dataloader, engine, layers, training

if __name__ == "__main__":
    for benchmark in (engine, layers, convolutions, training, dataloader):
        benchmark.main()
