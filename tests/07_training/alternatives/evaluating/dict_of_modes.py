"""Modes by module, switched one by one."""
modes = {module: module.training for module in model.modules()}
with no_grad():
    try:
        for module in modes:
            module.training = False
        yield model
    finally:
        for module in modes:
            module.training = modes[module]
