"""An error in an evaluation leaves the model in evaluation."""

module = "training"
function = "evaluating"
old = (
    "    try:\n"
    "        with no_grad():\n"
    "            yield model\n"
    "    finally:\n"
    "        for module, mode in modes:\n"
    "            module.training = mode\n"
)
new = (
    "    with no_grad():\n"
    "        yield model\n"
    "    for module, mode in modes:\n"
    "        module.training = mode\n"
)
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
