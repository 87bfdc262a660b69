require "action_controller"

class Hooks < ActionController::API
  def create
    params.to_unsafe_h # parsed before the body is asked for
    render body:
      LINE
  end
end

run Hooks.action(:create)
