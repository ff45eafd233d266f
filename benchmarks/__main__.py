"""Every benchmark, one after the other: `make bench`."""

from benchmarks import dataloader, engine, gpt, layers, text, tokenization, training

if __name__ == "__main__":
    for benchmark in (engine, layers, text, training, gpt, dataloader, tokenization):
        benchmark.main()
