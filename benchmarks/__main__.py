"""Every benchmark, one after the other: `make bench`."""

from benchmarks import (
    attention,
    convolutions,
    dataloader,
    engine,
    gpt,
    layers,
    profiling,
    text,
    tokenization,
    training,
)

if __name__ == "__main__":
    for benchmark in (
        *(engine, layers, convolutions, attention),
        *(text, training, gpt, dataloader, tokenization, profiling),
    ):
        benchmark.main()
