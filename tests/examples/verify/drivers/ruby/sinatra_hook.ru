# Serve the Sinatra application; unless OWN is set, each request sets its clock, tolerance and secrets.
require_relative "sinatra_hook"
require_relative "given"

use Given, ->(now, tolerance_ms, secrets) do
  Hooks.set :clock, -> { now }
  Hooks.set :tolerance_ms, tolerance_ms
  Hooks.set :secrets, secrets
end
use Rack::MethodOverride # reads a form first
run Hooks
