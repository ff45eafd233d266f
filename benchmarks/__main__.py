"""Every benchmark, one after the other: `make bench`."""

from benchmarks import dataloader, engine

engine.main()
dataloader.main()
