"""Every benchmark, one after the other: `make bench`."""

from benchmarks import dataloader, engine, training

engine.main()
dataloader.main()
training.main()
