"""By the names of the arrays that are kept."""
names = {"SGD": ["momentum_buffer"] if momentum else []}
names["Adam"] = names["AdamW"] = ["exp_avg", "exp_avg_sq"]
if optimizer not in names:
    raise ValueError(f"{optimizer}: choose {sorted(names)}")
state = sum(parameters * itemsize for _ in names[optimizer])
return state, state + parameters * itemsize * 2
