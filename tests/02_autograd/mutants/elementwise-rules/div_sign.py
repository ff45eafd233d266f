"""The sign of the slope of a / b along b is lost."""
return {
    add: (lambda g, out, a, b: g, lambda g, out, a, b: g),
    sub: (lambda g, out, a, b: g, lambda g, out, a, b: -g),
    mul: (lambda g, out, a, b: g * b, lambda g, out, a, b: g * a),
    div: (lambda g, out, a, b: g / b, lambda g, out, a, b: g * out / b),
    neg: (lambda g, out, x: -g,),
    exp: (lambda g, out, x: g * out,),
    log: (lambda g, out, x: g / x,),
    tanh: (lambda g, out, x: g * (1 - out * out),),
}
