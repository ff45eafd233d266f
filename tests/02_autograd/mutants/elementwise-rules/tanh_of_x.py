"""The slope of tanh is computed from x instead of from tanh(x)."""
return {
    add_op: (lambda g, out, a, b: g, lambda g, out, a, b: g),
    sub_op: (lambda g, out, a, b: g, lambda g, out, a, b: -g),
    mul_op: (lambda g, out, a, b: g * b, lambda g, out, a, b: g * a),
    div_op: (lambda g, out, a, b: g / b, lambda g, out, a, b: -g * out / b),
    neg_op: (lambda g, out, x: -g,),
    exp_op: (lambda g, out, x: g * out,),
    log_op: (lambda g, out, x: g / x,),
    tanh_op: (lambda g, out, x: g * (1 - x * x),),
}
