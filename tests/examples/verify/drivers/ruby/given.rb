# What a request's own headers say of the receiver's clock, tolerance and secrets.
class Given
  def initialize(app, set)
    @app, @set = app, set
  end

  def call(env)
    unless ENV["OWN"]
      now, tolerance, secrets = env.values_at("HTTP_VECTOR_NOW", "HTTP_VECTOR_TOLERANCE", "HTTP_VECTOR_SECRETS")
      @set.call(now.to_i, tolerance.to_i * 1000, secrets.split(",").map { |one| [one].pack("H*") })
    end
    @app.call(env)
  end
end
