"""Every benchmark, one after the other: `make bench`."""

from benchmarks import convolutions, dataloader, engine, layers, text, training

if __name__ == "__main__":
    for benchmark in (engine, layers, convolutions, text, training, dataloader):
        benchmark.main()
