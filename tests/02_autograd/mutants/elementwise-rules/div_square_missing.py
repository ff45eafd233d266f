"""The slope of a / b along b is taken to be -a / b."""
return {
    add_op: (lambda g, out, a, b: g, lambda g, out, a, b: g),
    sub_op: (lambda g, out, a, b: g, lambda g, out, a, b: -g),
    mul_op: (lambda g, out, a, b: g * b, lambda g, out, a, b: g * a),
    div_op: (lambda g, out, a, b: g / b, lambda g, out, a, b: -g * a / b),
    neg_op: (lambda g, out, x: -g,),
    exp_op: (lambda g, out, x: g * out,),
    log_op: (lambda g, out, x: g / x,),
    tanh_op: (lambda g, out, x: g * (1 - out * out),),
}
