"""Only the outermost module is switched; dropout inside goes on."""
mode = model.training
model.training = False
try:
    with no_grad():
        yield model
finally:
    model.training = mode
