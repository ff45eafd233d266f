"""The slope of a / b along b is taken to be -a / b."""
return {
    add: (lambda g, out, a, b: g, lambda g, out, a, b: g),
    sub: (lambda g, out, a, b: g, lambda g, out, a, b: -g),
    mul: (lambda g, out, a, b: g * b, lambda g, out, a, b: g * a),
    div: (lambda g, out, a, b: g / b, lambda g, out, a, b: -g * a / b),
    neg: (lambda g, out, x: -g,),
    exp: (lambda g, out, x: g * out,),
    log: (lambda g, out, x: g / x,),
    tanh: (lambda g, out, x: g * (1 - out * out),),
}
