"""Only those that were in training are switched, and switched back."""
switched = [module for module in model.modules() if module.training]
for module in switched:
    module.training = False
try:
    with no_grad():
        yield model
finally:
    for module in switched:
        module.training = True
